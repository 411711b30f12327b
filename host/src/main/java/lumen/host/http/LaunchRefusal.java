package lumen.host.http;

/** A launch, resume or cancel that can't be; status and message are shown to the user verbatim. */
public final class LaunchRefusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status XML status: 400 something runs, 403 encryption policy, 404 unknown app, 503 nothing runs or
     *     nothing can capture or encode
     */
    public LaunchRefusal(int status, String message) {
        super(message);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
