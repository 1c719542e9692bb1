/** Tests of clever Spark code against obvious Spark code. */
package dev.sluice.frame;
