package io.sightlog.inspect;

import io.sightlog.event.Digest;
import io.sightlog.event.LabelSource;
import io.sightlog.inspect.Symptom.Area;
import io.sightlog.journal.DerivedFiles;
import io.sightlog.journal.FileAccessException;
import io.sightlog.journal.Journal;
import io.sightlog.journal.JournalException;
import io.sightlog.journal.JournalReader;
import io.sightlog.journal.NanoClock;
import io.sightlog.journal.Start;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The files of a journal and what they lie on: permissions, room, and what was left behind. */
final class FilesHealth {
    /** No file of those that are mapped is as short as this. */
    private static final int LEAST_BYTES = 64;

    private static final long OLD_MILLIS = TimeUnit.HOURS.toMillis(1);
    private static final long NANOS_PER_DAY = TimeUnit.DAYS.toNanos(1);
    private static final long FEW_DAYS = 7;
    private static final long LITTLE_ROOM = 256L << 20;
    /** Growth is not judged by less. */
    private static final long SHORT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Diagnosis diagnosis;
    private final NanoClock clock;

    FilesHealth(Diagnosis diagnosis, NanoClock clock) {
        this.diagnosis = diagnosis;
        this.clock = clock;
    }

    void look(Journal journal) {
        Path directory = journal.directory();
        try {
            List<Path> files = new ArrayList<>();
            list(directory, files);
            list(directory.resolve("catalogue"), files);
            odd(files);
            id(journal);
            labelSets(journal);
            list(directory.resolve("consumers"), files);
            frames(directory.resolve("frames"), files);
            list(directory.resolve("timeline"), files);
            permissions(directory, files);
            owners(journal);
            leftovers(files);
            if (diagnosis.cycles() > 0 && Files.notExists(directory.resolve("sightlog.signal"))) {
                diagnosis.add(
                        Area.FILES,
                        "sightlog.signal is missing: followers cannot sleep until the next producer makes it",
                        diagnosis.isReadOnly() && !diagnosis.isForReaders()
                                ? "nothing: followers look from time to time"
                                : diagnosis.nextWriter());
            }
            cut(journal);
            room(journal, Files.getFileStore(directory));
        } catch (IOException e) {
            throw new JournalException("cannot look into " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Those in a folder for each journal's id. */
    private static void frames(Path folder, List<Path> into) throws IOException {
        List<Path> folders = new ArrayList<>();
        list(folder, folders);
        for (Path of : folders) {
            list(of, into);
        }
    }

    private static void list(Path directory, List<Path> into) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    if (!name.startsWith(".") || name.startsWith(".draft-")) { // others' hidden files are none of ours
                        into.add(file);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
    }

    private void permissions(Path directory, List<Path> files) throws IOException {
        if (!Files.isWritable(directory) && !diagnosis.isReadOnly() && !diagnosis.isForReaders()) {
            diagnosis.add(
                    Area.PERMISSIONS,
                    "this user cannot write into " + directory + ": it can neither produce nor keep positions here",
                    diagnosis.asOwner("sightlog ...") + ", or read without a name");
        }
        int unreadable = 0;
        int unwritable = 0;
        int readableByAll = 0;
        int writableByAll = 0;
        for (Path file : files) {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    || DerivedFiles.isPrivate(file.getFileName().toString())) {
                continue;
            }
            unreadable += Files.isReadable(file) || isForWriters(file) ? 0 : 1;
            unwritable += Files.isWritable(file) ? 0 : 1;
            Set<PosixFilePermission> permissions = permissions(file);
            readableByAll += permissions.contains(PosixFilePermission.OTHERS_READ) ? 1 : 0;
            writableByAll += permissions.contains(PosixFilePermission.OTHERS_WRITE) ? 1 : 0;
        }
        tell(
                unreadable,
                "cannot be read by this user",
                Files.isWritable(directory)
                        ? "sudo chown -R \"$(id -un)\" " + diagnosis.quoted()
                        : diagnosis.isForReaders()
                                ? "let the user of the server read them"
                                : diagnosis.asOwner("sightlog ..."));
        if (Files.isWritable(directory)) {
            tell(unwritable, "cannot be written by this user", "sudo chown -R \"$(id -un)\" " + diagnosis.quoted());
        }
        if (permissions(directory).contains(PosixFilePermission.OTHERS_EXECUTE)) {
            tell(
                    writableByAll,
                    "can be written by every user",
                    diagnosis.asOwner("chmod -R o-rwx " + diagnosis.quoted()));
            tell(readableByAll, "can be read by every user", diagnosis.asOwner("chmod -R o-rwx " + diagnosis.quoted()));
        }
    }

    /** What only those open who may write. */
    private static boolean isForWriters(Path file) {
        String name = file.getFileName().toString();
        return !Files.isWritable(file) && (name.equals("sightlog.writers") || name.endsWith(".lock"));
    }

    private void owners(Journal journal) {
        List<Path> stray = journal.strayFiles();
        if (!stray.isEmpty()) {
            Path first = stray.get(0);
            int more = stray.size() - 1;
            diagnosis.add(
                    Area.PERMISSIONS,
                    first + (more == 0 ? "" : " and " + more + " more")
                            + " cannot be used by all whom the journal belongs to",
                    journal.ownersCommand(diagnosis.quoted()));
        }
    }

    private void tell(int files, String what, String remedy) {
        if (files > 0) {
            diagnosis.add(Area.PERMISSIONS, files + (files == 1 ? " file " : " files ") + what, remedy);
        }
    }

    private static Set<PosixFilePermission> permissions(Path file) throws IOException {
        try {
            return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | NoSuchFileException e) {
            return Set.of(); // no such permissions here; or deleted meanwhile
        }
    }

    /** What a writer needs, and what consumers keep, is told of elsewhere. */
    private void odd(List<Path> files) {
        for (Path file : files) {
            if (file.endsWith(Path.of("catalogue", file.getFileName().toString()))
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                diagnosis.add(
                        Area.FILES,
                        file + " is a link, or no file: it is not read as a label set",
                        "rm -r " + Diagnosis.quoted(file));
            }
        }
    }

    private void id(Journal journal) {
        try {
            journal.id();
        } catch (FileAccessException e) {
            diagnosis.add(Area.PERMISSIONS, String.valueOf(e.getMessage()), "as a user who may read it");
        } catch (JournalException e) {
            Path file = journal.directory().resolve("sightlog.id");
            diagnosis.add(
                    Area.FILES,
                    String.valueOf(e.getMessage()),
                    "cp COPY/sightlog.id " + diagnosis.quoted() + ", or rm -r " + Diagnosis.quoted(file));
        }
    }

    /** One that cannot be read: its events have ids in place of labels. */
    private void labelSets(Journal journal) {
        LabelSource labels = journal.labels();
        for (long hash : journal.labelSets()) {
            String file = journal.directory()
                    .resolve("catalogue")
                    .resolve(Digest.hex(hash) + ".yaml")
                    .toString();
            String problem =
                    Files.isRegularFile(Path.of(file), LinkOption.NOFOLLOW_LINKS) ? labels.problem(hash) : null;
            if (problem != null) {
                diagnosis.add(
                        Area.FILES,
                        problem + ": events that refer to it have class ids in place of labels",
                        "rm " + Diagnosis.quoted(Path.of(file)));
            }
        }
    }

    private void leftovers(List<Path> files) {
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.startsWith(".draft-") && isOld(file)) {
                diagnosis.add(
                        Area.LEFTOVERS,
                        file + " was left by a process that died while it made a file",
                        "rm " + Diagnosis.quoted(file));
            } else if (name.endsWith(".discard")) {
                diagnosis.add(
                        Area.LEFTOVERS,
                        file + " is a cycle that plain Chronicle Queue gave up: its events are not read",
                        "rm " + Diagnosis.quoted(file) + ", when it is not needed");
            }
        }
    }

    /** Files that are shorter than anything that could be read in them, and damage at the end. */
    private void cut(Journal journal) throws IOException {
        for (String name : new String[] {"sightlog.signal", "sightlog.writers"}) {
            Path file = journal.directory().resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) < LEAST_BYTES) {
                diagnosis.add(
                        Area.FILES,
                        file + " was cut to " + Files.size(file) + " bytes: no producer can start",
                        "end all producers, and: rm " + Diagnosis.quoted(file));
            }
        }
        String saves = "sightlog verify -q " + diagnosis.quoted()
                + ", and what is sound is saved by sightlog recover -q " + diagnosis.quoted() + " --into NEW";
        for (Path file : journal.files()) {
            if (Files.isRegularFile(file) && Files.size(file) < LEAST_BYTES) {
                diagnosis.add(Area.FILES, file + " was cut to " + Files.size(file) + " bytes", saves);
                return;
            }
        }
        for (String damage : journal.damageAtEnd()) {
            diagnosis.add(Area.FILES, damage, saves);
        }
    }

    private boolean isOld(Path file) {
        try {
            long nowMillis = Math.floorDiv(clock.nanos(), 1_000_000L);
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis() < nowMillis - OLD_MILLIS;
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    private void room(Journal journal, FileStore store) throws IOException {
        if (store.isReadOnly() && !diagnosis.isForReaders()) {
            String mounted = store.toString().replaceFirst(" \\(.*", "");
            diagnosis.add(
                    Area.SPACE,
                    "its file system is mounted read-only: it can be read, without a name, and nothing else",
                    "sudo mount -o remount,rw " + Diagnosis.quoted(Path.of(mounted))
                            + ", where what it lies on can be written; or copy it to where you can write");
        }
        long free = store.getUsableSpace();
        String prune = "sightlog prune -q " + diagnosis.quoted() + " --keep-for 7d --execute";
        double bytesPerDay = bytesPerDay(journal);
        double days = bytesPerDay == 0 ? Double.POSITIVE_INFINITY : free / bytesPerDay;
        if (days < FEW_DAYS) {
            diagnosis.add(
                    Area.SPACE,
                    String.format(
                            java.util.Locale.ROOT,
                            "%,d MB are free, and it grows by %,.0f MB a day: full in %.1f days",
                            free / 1_000_000,
                            bytesPerDay / 1e6,
                            days),
                    prune);
        } else if (free < LITTLE_ROOM) {
            diagnosis.add(
                    Area.SPACE, String.format(java.util.Locale.ROOT, "only %,d MB are free", free / 1_000_000), prune);
        }
    }

    private double bytesPerDay(Journal journal) {
        long first = stamp(journal, Start.OLDEST);
        long last = stamp(journal, new Start.Last(1));
        return first == 0 || last - first < SHORT_NANOS
                ? 0
                : (double) (diagnosis.diskBytes() + diagnosis.framesDiskBytes()) / (last - first) * NANOS_PER_DAY;
    }

    private static long stamp(Journal journal, Start start) {
        try (JournalReader reader = journal.reader(start)) {
            return reader.next() ? reader.event().appendedNanos() : 0;
        } catch (JournalException e) {
            return 0; // verify tells
        }
    }
}
