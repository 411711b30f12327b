/**
 * From a client's input events to a backend's keyboard and pointer:
 * {@link lumen.host.input.InputRouter} queues, {@link lumen.host.input.InputTranslator} translates.
 */
package lumen.host.input;
