/**
 * The GameStream HTTP and HTTPS API: who the host is, pairing, the app list, launch, resume and quit.
 * Errors travel in the XML with HTTP status 200, since clients read nothing else.
 */
package lumen.host.http;
