/** Files for other systems, made of a pipeline: what a system that does not know Sluice needs to work with it. */
package dev.sluice.generate;
