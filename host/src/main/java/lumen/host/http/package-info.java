/**
 * The HTTP and HTTPS servers that clients find, pair with and launch through (control plane, sections 2 to 4).
 * What runs behind them is {@link lumen.host.http.StreamingService}. Errors are XML inside HTTP 200: clients
 * read nothing else.
 */
package lumen.host.http;
