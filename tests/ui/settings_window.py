# SPDX-FileCopyrightText: The Cardea contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop with the settings in front, for the tests of their pages."""
import os
import time

from desktop import Desktop

APP = 'cardea'


class Settings(Desktop):
    """A desktop with the settings in front."""

    def show(self, tab=None):
        self.window()
        self.wait('Message', application=APP, seconds=30)
        self.activate('Cardea')
        self.key('ctrl+comma')
        self.wait('Assistant', 'page tab', APP)
        if tab is not None:
            self.click(self.wait(tab, 'page tab', APP))
            time.sleep(0.3)

    def says(self, *texts, seconds=20):
        for text in texts:
            self.wait_for(lambda text=text: self.shows(text, APP), seconds, f'“{text}”')

    def push(self, name):
        self.click(self.button(name, APP))

    def click_into(self, name, role='text'):
        """By the pointer: a text gets the keyboard, a row unfolds."""
        box = self.wait(name, role, APP).get_component_iface().get_extents(
            self.Atspi.CoordType.WINDOW)
        window = self.activate('Settings')
        self.xdo('mousemove', '--window', window, str(box.x + 20), str(box.y + 10), 'click', '1')
        time.sleep(0.3)

    def respond(self, name):
        """A dialog's button: libadwaita 1.2 names it with its mnemonic's underline."""
        self.click(self.wait('_' + name, 'push button', APP))

    def administer(self, name, text):
        """A file of the administrator's, in force."""
        folder = self.env['CARDEA_TEST_POLICY_FOLDER']
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, name)
        with open(path, 'w', encoding='utf-8') as f:
            f.write(text)
        os.chmod(path, 0o600)
        self.ctl('policy', 'reload', check=0)
        return path
