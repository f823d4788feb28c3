package io.tandem.agent.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tandem.agent.config.ApiToken;
import io.tandem.agent.config.ApiToken.Role;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
    private final Tokens tokens = Tokens.of(List.of(
            new ApiToken("boss", Role.ADMIN, "0123456789abcdef"),
            new ApiToken("screen", Role.READ, "fedcba9876543210")));

    @Test
    void eachTokenFindsItsOwnerAndNothingElseDoes() {
        assertThat(tokens.find("0123456789abcdef")).hasValue(new Principal("boss", Role.ADMIN));
        assertThat(tokens.find("fedcba9876543210")).hasValue(new Principal("screen", Role.READ));
        for (String wrong : List.of("", "0123456789abcde", "0123456789abcdef ", "0123456789ABCDEF", "boss")) {
            assertThat(tokens.find(wrong)).as(wrong).isEmpty();
        }
        assertThat(tokens.required()).isTrue();
        assertThat(Tokens.of(List.of()).required()).isFalse();
    }

    @Test
    void onlyHashesAreKept() throws ReflectiveOperationException {
        Field known = Tokens.class.getDeclaredField("known");
        known.setAccessible(true);
        List<Object> held = new ArrayList<>((List<?>) known.get(tokens));

        assertThat(held).hasSize(2);
        for (Object one : held) {
            for (Field field : one.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                Object value = field.get(one);
                assertThat(String.valueOf(value))
                        .doesNotContain("0123456789abcdef")
                        .doesNotContain("fedcba9876543210");
                assertThat(value instanceof byte[] bytes ? bytes.length : 32).isEqualTo(32);
            }
        }
    }

    @Test
    void aRoleIncludesThoseBelow() {
        assertThat(Role.ADMIN.includes(Role.READ)).isTrue();
        assertThat(Role.WRITE.includes(Role.WRITE)).isTrue();
        assertThat(Role.READ.includes(Role.WRITE)).isFalse();
        assertThat(Role.WRITE.includes(Role.ADMIN)).isFalse();
    }
}
