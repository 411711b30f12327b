/**
 * What lives between /launch and the end of an app: the ticket that ties HTTPS, RTSP, pings and the control
 * connection of one launch together, and the state machine with its deadlines (control plane, section 9).
 */
package lumen.core.session;
