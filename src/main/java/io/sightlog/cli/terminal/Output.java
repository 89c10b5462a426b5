package io.sightlog.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The standard streams as streams that tell when they take no more, which {@link System#out} does not. */
public final class Output {
    private static final int BUFFER_BYTES = 1 << 16;

    private Output() {}

    /** Closing it writes what is left, and leaves standard output open: its number must not become another file's. */
    public static OutputStream stdout() {
        return new BufferedOutputStream(
                new Named(FileDescriptor.out, StandardStreams.OUT, "standard output"), BUFFER_BYTES);
    }

    /** Likewise, without a buffer. */
    static OutputStream stderr() {
        return new Named(FileDescriptor.err, StandardStreams.ERR, "standard error");
    }

    /** For {@link StatusLine} alone, which stands below what all others print. */
    static OutputStream rawStderr() {
        return new FileOutputStream(FileDescriptor.err);
    }

    /** What the system calls a descriptor that does not serve for this, as people say it. */
    static String reason(IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("Bad file descriptor") ? "it is closed" : text;
    }

    /** Says in its errors which stream it is. */
    private static final class Named extends FilterOutputStream {
        private final int number;
        private final String name;

        Named(FileDescriptor descriptor, int number, String name) {
            super(new FileOutputStream(descriptor));
            this.number = number;
            this.name = name;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (StandardStreams.isClosed(number)) {
                throw new IOException("cannot write to " + name + ": it is closed");
            }
            try {
                boolean endsLine = length > 0 && bytes[offset + length - 1] == '\n';
                if (StatusLine.ON_STDERR.isThere() && Terminal.is(number)) {
                    StatusLine.ON_STDERR.above(() -> out.write(bytes, offset, length), endsLine);
                } else {
                    out.write(bytes, offset, length);
                }
            } catch (IOException e) {
                throw new IOException("cannot write to " + name + ": " + reason(e), e);
            }
        }

        @Override
        public void close() {
            // open to the end of the process
        }
    }
}
