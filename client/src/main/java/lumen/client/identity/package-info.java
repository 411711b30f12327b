/**
 * Who the client is and whom it trusts: its key pair and certificate, and the certificates of the hosts
 * it has paired with, as files that only their owner can read.
 */
package lumen.client.identity;
