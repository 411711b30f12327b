/**
 * ENet as Moonlight speaks it, without I/O: reliable and unreliable messages on ordered channels over
 * datagrams. {@link lumen.core.enet.EnetHost} is the whole machine, for a host with many peers and for a
 * client with one; bytes and time go in, datagrams and events come out.
 */
package lumen.core.enet;
