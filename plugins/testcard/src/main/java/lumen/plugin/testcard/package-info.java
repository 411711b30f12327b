/**
 * The test card as a backend of every kind but encoder and importer: it needs nothing of the machine,
 * so it is what a host falls back to, and what end-to-end tests stream.
 */
package lumen.plugin.testcard;
