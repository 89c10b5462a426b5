package io.sightlog.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;

/** Standard output as a stream that tells when nobody reads it any more, which {@link System#out} does not. */
final class Output {
    private Output() {}

    static OutputStream stdout() {
        return new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
    }
}
