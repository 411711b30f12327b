/** The tools' command line, to which the launcher dispatches. */
package lumen.tools;
