package io.sightlog.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Standard input, without a buffer, as a stream that says in its errors what it is. */
public final class Input {
    private Input() {}

    /** @throws IOException when the process was started without one */
    public static InputStream stdin() throws IOException {
        if (StandardStreams.isClosed(StandardStreams.IN)) {
            throw new IOException("cannot read standard input: it is closed");
        }
        return new FilterInputStream(new FileInputStream(FileDescriptor.in)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    return in.read(into, offset, length);
                } catch (IOException e) {
                    throw new IOException("cannot read standard input: " + Output.reason(e), e);
                }
            }
        };
    }
}
