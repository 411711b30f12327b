/**
 * Compares what was decoded with what the test card and its tone must have been: regenerated from the
 * counter in each picture, never taken from the host.
 */
package lumen.client.verify;
