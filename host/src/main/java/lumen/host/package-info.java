/** The host's entry point. */
package lumen.host;
