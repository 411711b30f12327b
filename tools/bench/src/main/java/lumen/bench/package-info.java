/**
 * Microbenchmarks of what runs for each frame or packet. {@link lumen.bench.Main} runs them and prints one
 * table; nothing here is shipped.
 */
package lumen.bench;
