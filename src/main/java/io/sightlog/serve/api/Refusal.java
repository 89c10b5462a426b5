package io.sightlog.serve.api;

/** A question is not answered; the message is one line for whoever asked. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /** @param status of HTTP, 400 to 599 */
    public Refusal(int status, String message) {
        super(message);
        this.status = status;
    }

    /** A parameter is not what it should be. */
    public static Refusal bad(String name, String value, String needed) {
        String shown = value.length() <= 60 ? value : value.substring(0, 60) + "...";
        return new Refusal(400, "bad " + name + "=" + shown.replaceAll("\\p{Cntrl}", "?") + ": " + needed);
    }

    public int status() {
        return status;
    }
}
