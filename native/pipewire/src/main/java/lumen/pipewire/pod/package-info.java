/**
 * SPA pods, the typed values that PipeWire's parameters are written in: a builder, and a reader that trusts nothing.
 * Layout: {@code spa/pod/pod.h}. Everything is little-endian on the machines lumen runs on, and padded to 8 bytes.
 */
package lumen.pipewire.pod;
