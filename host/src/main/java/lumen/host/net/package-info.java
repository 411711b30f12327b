/**
 * What the TCP servers share: the plan of ports, binding that says what was in use, caps on connections, and
 * a close that lets the last answer arrive.
 */
package lumen.host.net;
