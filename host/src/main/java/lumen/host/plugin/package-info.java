/**
 * Finding backends ({@code mods/} and {@code plugins.d/}), probing them, ranking them, and keeping the
 * ledger of what was chosen and why the rest was not.
 */
package lumen.host.plugin;
