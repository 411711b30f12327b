/**
 * The D-Bus wire protocol as the D-Bus Specification 0.43 has it. Values are Java's own: {@code y} Byte, {@code b} Boolean,
 * {@code n q} Short, {@code i u} Integer, {@code x t} Long, {@code d} Double, {@code s o g} String, {@code a} List,
 * {@code a{}} Map, {@code ()} {@link lumen.dbus.Struct}, {@code v} {@link lumen.dbus.Variant}, {@code h} {@link lumen.posix.Fd}.
 * Unsigned numbers keep their bits.
 */
package lumen.dbus;
