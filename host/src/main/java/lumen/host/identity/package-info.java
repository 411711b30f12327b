/**
 * Who this host is and whom it trusts: its key, certificate and unique id, and the certificates of paired
 * clients. Kept in the state folder; a file that can't be read stops the start rather than being replaced.
 */
package lumen.host.identity;
