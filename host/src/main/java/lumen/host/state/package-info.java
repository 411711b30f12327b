/**
 * What outlives the process: the state folder with its lock, files that are replaced atomically, and
 * the journal of changes to undo after a kill.
 */
package lumen.host.state;
