/**
 * Seeded models of a lossy network, so that a loss pattern can be had again exactly; used by the tests and
 * by the tools that measure how a stream copes.
 */
package lumen.core.loss;
