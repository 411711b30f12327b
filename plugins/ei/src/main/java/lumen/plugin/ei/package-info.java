/**
 * {@link lumen.plugin.ei.EiSink} drives whichever devices the server has, each event on the first that takes it;
 * {@link lumen.plugin.ei.EiLink} finds the server again.
 */
package lumen.plugin.ei;
