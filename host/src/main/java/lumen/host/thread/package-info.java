/** What servers and sessions need of the threads they own. */
package lumen.host.thread;
