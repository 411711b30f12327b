/**
 * Settings: one table of all of them, their sources ({@code reference.conf}, {@code lumen.conf},
 * environment, command line), validation with one-line errors, and typed records per section.
 */
package lumen.host.config;
