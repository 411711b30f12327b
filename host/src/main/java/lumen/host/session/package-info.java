/**
 * Sessions: what a client has running (app and display), the streams on it, and their deadlines. Nothing
 * in here is shared between clients but the servers.
 */
package lumen.host.session;
