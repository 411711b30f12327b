/** What all servers share: addresses, ports, and the error for a port that is taken. */
package lumen.host.net;
