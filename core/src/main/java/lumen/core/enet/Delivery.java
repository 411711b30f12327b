package lumen.core.enet;

/** How a message travels. */
public enum Delivery {
    /** Arrives once and in the order of its channel. */
    RELIABLE,
    /** May be lost; never overtakes the reliable messages sent before it on its channel. Falls back to reliable if larger than a datagram. */
    UNRELIABLE,
    /** May be lost, may arrive in any order. Falls back to reliable if larger than a datagram. */
    UNSEQUENCED
}
