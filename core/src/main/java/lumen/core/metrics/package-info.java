/**
 * Counts and latencies that cost nothing to record: named counters and fixed-size histograms, written by
 * one thread and read by any.
 */
package lumen.core.metrics;
