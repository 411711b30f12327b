/**
 * The control stream's server: one UDP socket and one thread for all sessions, driving the ENet machine of
 * {@code lumen.core}. {@link lumen.host.control.ControlServer} is the way in.
 */
package lumen.host.control;
