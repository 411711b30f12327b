/** {@link lumen.plugin.ei.EiSink} drives whichever devices the server has, each event on the first that takes it. */
package lumen.plugin.ei;
