/** {@code libpipewire-0.3} by its C interface: thread loop, core, registry, streams. Headers: PipeWire 0.3.65 to 1.6. */
package lumen.pipewire;
