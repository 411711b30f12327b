/**
 * The local control socket: {@code lumen pair}, {@code lumen clients} and {@code lumen sessions} talk to
 * the running host through it. Only the host's own user can open it.
 */
package lumen.host.admin;
