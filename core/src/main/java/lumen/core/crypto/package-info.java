/**
 * The two ciphers of GameStream as thin wrappers over the JDK's, with the byte order of the wire: the
 * authentication tag comes before the ciphertext.
 *
 * <p>All of a session's streams share one AES-128 key; each builds initialisation vectors that can't
 * meet those of the others.
 */
package lumen.core.crypto;
