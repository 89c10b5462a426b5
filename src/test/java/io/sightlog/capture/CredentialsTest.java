package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {
    @ParameterizedTest
    @CsvSource({
        "rtsp://bob:hunter2@h/x,rtsp://...@h/x",
        "rtsp:/bob:hunter2@h/x,rtsp:/...@h/x",
        "a=http://bob:hun/ter2@h/a.mp4,a=http://...@h/a.mp4",
        "photos/me@home.jpg,photos/me@home.jpg",
        "C:/a:b.jpg,C:/a:b.jpg",
    })
    void usersAndPasswordsAreHidden(String text, String hidden) {
        assertThat(Credentials.hidden(text)).isEqualTo(hidden);
    }
}
