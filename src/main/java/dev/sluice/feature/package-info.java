/**
 * Features as one plan that training and scoring share: what they are, what they must not use, and the frame they are
 * computed as.
 */
package dev.sluice.feature;
