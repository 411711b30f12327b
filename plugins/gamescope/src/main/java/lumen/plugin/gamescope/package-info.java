/**
 * gamescope as a display: it shows one program at the client's mode, hands its frames to PipeWire and takes input
 * through an emulated-input server.
 */
package lumen.plugin.gamescope;
