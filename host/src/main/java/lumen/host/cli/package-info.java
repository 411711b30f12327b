/** The command line: {@code serve}, {@code doctor}, {@code record}, {@code pair}, {@code clients}. */
package lumen.host.cli;
