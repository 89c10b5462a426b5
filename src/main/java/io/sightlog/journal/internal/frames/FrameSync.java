package io.sightlog.journal.internal.frames;

import io.sightlog.journal.internal.format.JournalDirectory;
import io.sightlog.journal.internal.os.Device;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which files of kept frames are not on the device yet. They are synced by name, through handles of their own, so that no writer waits
 * while another thread waits for the device. Any thread.
 */
final class FrameSync {
    private final JournalDirectory directory;
    private final Device device;
    private final boolean each;
    private final Set<Path> dirty = new HashSet<>();
    private boolean named;

    FrameSync(JournalDirectory directory, Device device, boolean each) {
        this.directory = directory;
        this.device = device;
        this.each = each;
    }

    /** A file was written to. Not before it was: a sync in between would leave it out. */
    synchronized void dirty(Path file) {
        if (device != Device.NONE) {
            dirty.add(file);
        }
    }

    /** A file was made. */
    synchronized void made() {
        named = device != Device.NONE;
    }

    /** A frame was written to a file. */
    void written(Path file) throws IOException {
        dirty(file);
        if (each) {
            sync();
        }
    }

    private synchronized List<Path> take() {
        List<Path> taken = new ArrayList<>(dirty);
        dirty.clear();
        return taken;
    }

    private synchronized boolean takeNamed() {
        boolean was = named;
        named = false;
        return was;
    }

    /** Brings to the device what was written before this was called. */
    void sync() throws IOException {
        List<Path> files = take();
        boolean made = takeNamed();
        for (Path file : files) {
            syncIfThere(file);
        }
        if (made && !files.isEmpty()) {
            Path folder = files.get(0).getParent();
            for (Path above = folder; above != null && above.startsWith(directory.path()); above = above.getParent()) {
                device.syncDirectory(above);
            }
        }
    }

    private void syncIfThere(Path file) throws IOException {
        try {
            device.sync(file);
        } catch (NoSuchFileException | FileNotFoundException e) {
            if (Files.exists(file)) {
                throw e;
            }
            // deleted meanwhile
        }
    }
}
