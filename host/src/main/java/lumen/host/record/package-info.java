/** Recording a display to a file: the whole frame path once, without a client. */
package lumen.host.record;
