package io.sightlog.timeline;

import java.io.IOException;

/** A file of the index is not what it should be: it is made again. */
final class BadIndexException extends IOException {
    private static final long serialVersionUID = 1;

    BadIndexException(String message) {
        super(message);
    }
}
