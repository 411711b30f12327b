/** What tests of backends have in common: a {@link lumen.spi.HostContext}, and waiting with a deadline. */
package lumen.rig.host;
