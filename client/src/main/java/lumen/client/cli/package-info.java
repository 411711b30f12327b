/**
 * The reference client's command line: {@code pair}, {@code list}, {@code stream}, {@code quit}.
 * {@link lumen.client.cli.ClientCommand} is the picocli command that a launcher registers.
 */
package lumen.client.cli;
