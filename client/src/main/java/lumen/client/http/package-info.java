/**
 * The host's HTTP interface as a client uses it: requests over HTTP and pinned HTTPS, and the XML answers
 * as records. Answers are hostile until read: size, depth and numbers are bounded.
 */
package lumen.client.http;
