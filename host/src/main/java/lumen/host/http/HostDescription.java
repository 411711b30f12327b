package lumen.host.http;

import lumen.core.sdp.CodecModes;

/**
 * What clients get to know of the host.
 *
 * @param name     shown to users
 * @param uniqueId the key under which clients remember it
 * @param codecs   what can be encoded here
 */
public record HostDescription(String name, String uniqueId, CodecModes codecs) {
}
