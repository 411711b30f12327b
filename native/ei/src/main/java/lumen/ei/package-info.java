/**
 * The {@code ei} wire protocol ({@code protocol.xml} of libei 1.x). A message is the object's id (64 bits), its own length and
 * an opcode (32 bits each), and arguments in the machine's byte order: numbers, and texts as length, bytes, zero, padding to 4.
 * Descriptors travel beside.
 */
package lumen.ei;
