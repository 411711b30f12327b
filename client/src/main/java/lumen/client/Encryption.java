package lumen.client;

/** Which streams the client wants encrypted; the control stream always is. */
public enum Encryption {
    NONE, AUDIO, VIDEO, ALL;

    public boolean audio() {
        return this == AUDIO || this == ALL;
    }

    public boolean video() {
        return this == VIDEO || this == ALL;
    }
}
