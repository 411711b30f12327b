/**
 * Who this host is (certificate, key, unique id) and which clients may use it. Both survive restarts,
 * kills and power cuts; a client is its certificate's bytes and nothing else.
 */
package lumen.host.identity;
