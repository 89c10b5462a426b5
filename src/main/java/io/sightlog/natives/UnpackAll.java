package io.sightlog.natives;

import java.io.IOException;
import java.nio.file.Path;

/** Unpacks all bundles into a folder, so that a distribution needs no cache of its users. Run by the build. */
final class UnpackAll {
    private UnpackAll() {}

    /**
     * Unpacks them.
     *
     * @param args the folder, made when it is not there
     */
    public static void main(String[] args) throws IOException {
        Path folder = SafeFolder.resolve(Path.of(args[0]).toAbsolutePath());
        SafeFolder.make(folder);
        for (Bundle bundle : Bundle.values()) {
            Unpacked.of(Packed.find(bundle), folder);
        }
    }
}
