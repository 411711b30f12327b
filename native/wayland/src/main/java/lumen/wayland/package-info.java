/**
 * A small Wayland client: {@link lumen.wayland.WaylandConnection} speaks the wire format over a Unix socket,
 * {@link lumen.wayland.Interface} describes a protocol as data, {@link lumen.wayland.Proxy} is one object.
 * A connection belongs to one thread; whatever the compositor sends ends at worst in a {@link lumen.wayland.WaylandException}.
 */
package lumen.wayland;
